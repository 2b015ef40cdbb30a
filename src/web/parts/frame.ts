/** What every page has in common, handed down to its parts: the service's name and look. */
import { createContext, useContext } from "hono/jsx";

export interface Frame {
  /** The service's name, as the operator chose it. */
  readonly name: string;
  /** Addresses of what the operator chose; absent: ours. */
  readonly accentPath?: string | undefined;
  readonly logoPath?: string | undefined;
}

export const FrameContext = createContext<Frame>({ name: "Sharewell" });

export function useFrame(): Frame {
  return useContext(FrameContext);
}
