/** The goods of Driftwood Market. */
import type { Item } from "../site/page.tsx";

export interface Good extends Item {
  readonly maker: string;
  /** In euros. */
  readonly price: number;
  readonly stock: number;
  readonly facts: readonly (readonly [string, string])[];
  readonly story: string;
}

export const goods: readonly Good[] = [
  {
    slug: "storm-lantern",
    title: "Storm Lantern No. 4",
    description:
      "Blackened steel, a chimney that you can replace, and a flame that has not gone out since we began testing.",
    picture: { file: "storm-lantern.jpg", alt: "A burning storm lantern on a wooden table" },
    maker: "Vigo & Daughter",
    price: 89,
    stock: 12,
    facts: [
      ["Burns for", "26 hours on one filling"],
      ["Height", "31 cm"],
      ["Weight", "1.1 kg"],
      ["Repair", "every part can be had for twenty years"],
    ],
    story:
      "Vigo made the first one for his own boat. Number two went to the neighbour, number three to the neighbour's mother. The fourth design is the one he stopped changing.",
  },
  {
    slug: "harbour-cups",
    title: "Harbour Cups, set of three",
    description:
      "Thrown by hand from estuary clay, glazed in brick, sand and deep water. Dishwasher safe, argument tested.",
    picture: { file: "harbour-cups.jpg", alt: "Three earthenware cups of coffee: brick red, sand and blue" },
    maker: "Studio Low Tide",
    price: 54,
    stock: 31,
    facts: [
      ["Holds", "280 ml each"],
      ["Clay", "dug within sight of the kiln"],
      ["Fired", "twice, at 1,230 °C"],
      ["Care", "dishwasher and microwave safe"],
    ],
    story:
      "No two are alike, and Studio Low Tide would worry if they were. The handle is wide enough for a cold hand in a glove.",
  },
  {
    slug: "pier-blanket",
    title: "Pier Blanket",
    description:
      "Wool from island sheep in seven broad stripes. Made for benches, decks and people who leave last.",
    picture: { file: "pier-blanket.jpg", alt: "A striped wool blanket hanging above a wooden floor" },
    maker: "The North Loom",
    price: 139,
    stock: 7,
    facts: [
      ["Size", "140 × 190 cm"],
      ["Material", "100 % wool, undyed warp"],
      ["Woven", "in one piece, in about nine hours"],
      ["Care", "air it; wash it if you must, cold"],
    ],
    story:
      "The stripes follow the order of the boats along the pier in the summer in which the loom was built. Two of them are still there.",
  },
];
