/** Explains why we do not connect to an address. People type server names, so they read this. */
import type { AddressRefused } from "../../net/addresses.ts";
import { say, type Told } from "../../words/words.ts";

export function tellRefusal({ reason }: AddressRefused, host: string): Told {
  switch (reason) {
    case "not-public":
      return say("{host} is not on the public internet, so we do not connect to it.", { host });
    case "scheme":
    case "port":
      return say("{host} is not a public server that uses https on the standard port.", { host });
    case "redirects":
      return say("{host} redirects us in a loop.", { host });
    case "credentials":
    case "unreadable":
      return say("{host} is not an address that we can open.", { host });
  }
}
