/** For `hx-config`: ignores the redirect to the sign-in page after the session has ended, so that the page stays as it is. */
export const fragmentOnly = "redirect:error";
