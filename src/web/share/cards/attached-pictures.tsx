/** The pictures that a post shows in the place of a link card. */
import type { CardPicture } from "../../../platforms/registry.ts";

export function AttachedPictures({ pictures }: { readonly pictures: readonly CardPicture[] }) {
  return (
    <div class={`attached-pictures ${pictures.length === 1 ? "one" : "several"}`}>
      {pictures.map(({ path, width, height }) => (
        <img src={path} width={width} height={height} alt="" />
      ))}
    </div>
  );
}
