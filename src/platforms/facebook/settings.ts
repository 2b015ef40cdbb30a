/** The settings of our app at Facebook. */
import { z } from "zod";
import { loginSettings } from "../meta/settings.ts";

export const settings = z.object(loginSettings);

export type Settings = z.infer<typeof settings>;
