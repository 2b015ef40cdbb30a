/** The events at Harbour Hall. */
import type { Item } from "../site/page.tsx";

export interface Event extends Item {
  readonly kind: "MusicEvent" | "SportsEvent" | "Event";
  /** In the hall's own time zone. */
  readonly start: string;
  readonly end: string;
  readonly place: string;
  readonly street: string;
  /** In euros. 0 means free. */
  readonly price: number;
  readonly details: readonly string[];
}

export const events: readonly Event[] = [
  {
    slug: "fog-horns-in-concert",
    kind: "MusicEvent",
    title: "Fog Horns in Concert",
    description:
      "Seven players, five restored fog horns and one very patient pianist. Ear plugs at the door, cocoa in the interval.",
    picture: {
      file: "fog-horn-concert.jpg",
      alt: "Players on a stage in coloured light, seen from the crowd",
    },
    start: "2026-12-05T20:00:00+01:00",
    end: "2026-12-05T22:30:00+01:00",
    place: "Harbour Hall",
    street: "Pier Street 3",
    price: 18,
    details: [
      "The horns came from five lighthouses that no longer need them. It took the Low Notes Orchestra three winters to make them play in tune, or at least in agreement.",
      "On the programme: a suite for harbour and horn, two sea shanties rearranged beyond recognition, and a new piece for which the audience is asked to bring one thing that rattles.",
    ],
  },
  {
    slug: "winter-night-swim",
    kind: "SportsEvent",
    title: "Winter Night Swim",
    description:
      "Four hundred metres by moonlight, from the slipway to the bathing raft and back. Safety boats, a sauna and soup for everybody.",
    picture: { file: "night-swim.jpg", alt: "Swimmers in a dark bay below a full moon" },
    start: "2026-12-12T21:00:00+01:00",
    end: "2026-12-12T23:00:00+01:00",
    place: "The old slipway",
    street: "Below Harbour Hall",
    price: 6,
    details: [
      "Wetsuits are welcome and so is their absence. Everybody gets a light for the ankle, and a number, and a hand out of the water.",
      "If the wind is above five we move to the next evening; whoever has a ticket gets a message by noon.",
    ],
  },
  {
    slug: "the-lantern-walk",
    kind: "Event",
    title: "The Lantern Walk",
    description:
      "Make a lantern in the afternoon, carry it along the cliff path after dark, hang it in the old orchard. For all ages.",
    picture: { file: "lantern-walk.jpg", alt: "Paper lanterns glowing between bare trees at dusk" },
    start: "2026-12-19T15:00:00+01:00",
    end: "2026-12-19T20:00:00+01:00",
    place: "Harbour Hall, then the orchard",
    street: "Pier Street 3",
    price: 0,
    details: [
      "Paper, paste, wire and good advice are there from three o'clock. The walk sets out at half past five and takes forty minutes at the pace of the shortest legs.",
      "Prams manage the path as far as the second gate. From there strong arms can be borrowed.",
    ],
  },
];
