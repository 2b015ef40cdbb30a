/** The error that stops a start if settings are missing or invalid. */

/** `problems` has one sentence per missing or invalid setting. It never contains a value. */
export class ConfigError extends Error {
  override name = "ConfigError";
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.problems = problems;
  }
}
