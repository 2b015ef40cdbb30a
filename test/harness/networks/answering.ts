/** A worker for which one network answers as a test tells it to, where no simulated network gives such an answer. */
import type { PlatformName, SocialPlatform } from "../../../src/platforms/platform.ts";
import type { Runtime } from "../../../src/service/runtime.ts";

export type Answers = Partial<Pick<SocialPlatform, "shareLink" | "findShare" | "deletePost" | "findPost">>;

/** Returns the runtime with this network giving these answers; without answers, the network is not set up. */
export function whereNetwork(name: PlatformName, runtime: Runtime, answers: Answers | undefined): Runtime {
  const platforms = runtime.platforms.availablePlatforms().flatMap((platform) => {
    if (platform.name !== name) return [platform];
    return answers === undefined ? [] : [withChanges(platform, answers)];
  });
  return {
    ...runtime,
    platforms: withChanges(runtime.platforms, { availablePlatforms: () => platforms }),
  };
}

/** The same object with some of its members replaced; the others keep what they hold in private. */
function withChanges<T extends object>(original: T, changes: object): T {
  return new Proxy(original, {
    get(target, name) {
      if (name in changes) return Reflect.get(changes, name);
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
