/** The version that heartbeats and `--version` tell; a test holds it to package.json's. */
export const firmware = '0.1.0';
