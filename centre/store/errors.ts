/** What went wrong with the store of a centre. Programs and tests compare codes; the message is for people. */
export type StoreErrorCode =
  /** Another centre runs on it. */
  | 'store/in-use'
  | 'store/missing'
  /** It is no store, or one of a newer version of this program. */
  | 'store/foreign'
  /** It cannot be read or written. */
  | 'store/failed';

export class StoreError extends Error {
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'StoreError';
    this.code = code;
  }
}

export function asStoreError(error: unknown, file: string): StoreError {
  if (error instanceof StoreError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new StoreError('store/failed', `${file}: ${reason}`, error);
}
