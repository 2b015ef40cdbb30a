/** For `hx-config`: when the login has ended meanwhile, the page stays as it is; the way to login is no fragment of it. */
export const fragmentOnly = "redirect:error";
