/** Password hashes that cost next to nothing, for tests that are not about hashing. */
import { randomBytes, scryptSync } from "node:crypto";
import type { PasswordHashing } from "../../../src/people/people.ts";

/** Salted and one-way like the real ones, and about a hundred times cheaper. */
export const quickPasswords: PasswordHashing = {
  hash: async (password) => {
    const salt = randomBytes(16).toString("hex");
    return `${salt}:${derive(password, salt)}`;
  },
  verify: async ({ hash, password }) => {
    const [salt = ""] = hash.split(":");
    return hash === `${salt}:${derive(password, salt)}`;
  },
};

function derive(password: string, salt: string): string {
  return scryptSync(password.normalize("NFKC"), salt, 32, { N: 64, r: 8, p: 1 }).toString("hex");
}
