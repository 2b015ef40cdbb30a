/** What signed-in pages say to browsers about the app that they can install. */
import { appColour, hashLook, type Look } from "../../operation/app-icons.ts";

/** Names the manifest, the icon for phones without manifests, and the colour of the window. */
export function AppHead({ look }: { look: Look }) {
  return (
    <>
      <link rel="manifest" href="/app.webmanifest" />
      <link rel="apple-touch-icon" href={`/look/${hashLook(look)}/icon-180.png`} />
      <meta name="theme-color" content={appColour(look)} media="(prefers-color-scheme: light)" />
    </>
  );
}
