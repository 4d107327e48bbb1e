/** Why a packet or a telegram could not be read, or an event not be said. Tests compare codes, people read messages. */
export interface Problem {
  code:
    | 'unknown-packet-type'
    | 'wrong-length'
    | 'unknown-value'
    /** The module answered a command with a return code other than RET_OK. */
    | 'refused'
    | 'unknown-profile'
    /** The telegram is encrypted. */
    | 'secure'
    /** The telegram is of another kind than the profile's. */
    | 'wrong-rorg'
    /** The profile has no telegram that says this event. */
    | 'not-in-profile';
  /** What was found where, and what would be right. */
  message: string;
}
