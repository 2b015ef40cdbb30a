/** `npm run browsers`: the tests in Firefox and WebKitGTK. */
import usual from "./vitest.config.ts";

export default {
  ...usual,
  test: { ...usual.test, include: ["test/web/browsers/*.test.ts"], exclude: [], reporters: ["default"] },
};
