/** Tokens made by Python's `cryptography`; see vectors/README.md. */
import { readFileSync } from "node:fs";
import { z } from "zod";

const written = { name: z.string(), writtenAt: z.number(), plaintext: z.string(), token: z.string() };

const shape = z.object({
  madeWith: z.string(),
  fernet: z.array(z.object({ ...written, key: z.string() })).min(10),
  multiFernet: z
    .array(z.object({ ...written, keyring: z.array(z.string()).length(3), rotated: z.string() }))
    .min(5),
});

export const pythonVectors = shape.parse(
  JSON.parse(readFileSync(new URL("vectors/python-cryptography.json", import.meta.url), "utf8")),
);
