/**
 * The codes with which our rules refuse something inside better-auth. They are apart from those rules, which
 * load better-auth.
 */

/** The sign-up rule does not admit this person. */
export const NOT_ADMITTED = "NOT_ADMITTED";

/** Somebody has this address already. */
export const ADDRESS_TAKEN = "USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL";

/** The operator blocked this person. */
export const BLOCKED = "BLOCKED";

/** All access was ended while something was under way. */
export const ENDED_MEANWHILE = "ENDED_MEANWHILE";

/** The passkey's owner did not unlock it. */
export const NOT_UNLOCKED = "PASSKEY_NOT_UNLOCKED";
