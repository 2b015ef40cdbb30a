/** The codes that better-auth passes on when our own rules refuse something. Apart from those rules, which load better-auth. */

/** Somebody is not admitted. */
export const NOT_ADMITTED = "NOT_ADMITTED";

/** Somebody has the address already. */
export const ADDRESS_TAKEN = "USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL";

/** The operator blocked this person. */
export const BLOCKED = "BLOCKED";

/** All access of somebody was ended while something of theirs was under way. */
export const ENDED_MEANWHILE = "ENDED_MEANWHILE";

/** A passkey's owner did not unlock it. */
export const NOT_UNLOCKED = "PASSKEY_NOT_UNLOCKED";
