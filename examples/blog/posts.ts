/** The posts of Coastal Notes. */
import type { Item } from "../site/page.tsx";

export interface Post extends Item {
  readonly author: string;
  readonly published: string;
  readonly paragraphs: readonly string[];
}

export const posts: readonly Post[] = [
  {
    slug: "the-lighthouse-that-learned-to-whisper",
    title: "The lighthouse that learned to whisper",
    description:
      "For ninety years Skerry Point shouted into the fog. Then its keeper gave it a quieter voice, and the ships listened.",
    picture: { file: "lighthouse.png", alt: "A lighthouse on a rock above a calm evening sea" },
    author: "Ines Farrow",
    published: "2026-11-14",
    paragraphs: [
      "The old horn at Skerry Point could be heard eleven miles out. It could also be heard in every kitchen of the village, every four minutes, whenever the fog came in. When the horn cracked in the winter of 1987, the keeper did not order a new one. She wrote to the harbour office and asked what the ships needed to hear.",
      "Not loudness, it turned out. Direction. Two soft tones, a second apart, from either end of the rock told a helmsman more than one great roar ever had. The village slept. The ships came home.",
      "I think of it whenever somebody tells me to speak up. Perhaps. But first I ask who is listening, and what they are trying to find.",
    ],
  },
  {
    slug: "in-praise-of-the-slow-ferry",
    title: "In praise of the slow ferry",
    description:
      "The new catamaran takes forty minutes. The Marguerite takes two hours, and I would not give back one of them.",
    picture: { file: "slow-ferry.jpg", alt: "A white ferry with a red funnel on a quiet morning sea" },
    author: "Tomas Rell",
    published: "2026-10-30",
    paragraphs: [
      "There is a bench on the upper deck of the Marguerite, port side, third from the stern, where the funnel keeps you warm and the railing is just low enough to rest your chin on. I have read most of Chekhov on it. I have also, on that bench, decided to leave one job, to take another, and to ask somebody a question that has since turned out rather well.",
      "Two hours is an awkward length. Too long to simply wait, too short to be called a journey. So the people on the slow ferry do what people did before every gap was filled: they look at the water, they talk to whoever is next to them, they fall asleep with their mouths open.",
      "In spring the Marguerite is to be retired. There is a petition in the café at the landing stage, beside the sugar. I have signed it twice.",
    ],
  },
  {
    slug: "what-the-tide-leaves-behind",
    title: "What the tide leaves behind",
    description:
      "A beginner's hour at the rock pools: when to go, where to stand, and whom you are likely to meet.",
    picture: { file: "tide-pools.jpg", alt: "Starfish in a rock pool below a setting sun" },
    author: "Ines Farrow",
    published: "2026-10-11",
    paragraphs: [
      "Go an hour before low water, so that the sea is still leaving while you arrive; then it cannot surprise you from behind. Wear shoes that may get wet, because they will. Step on bare rock, never on weed, and never on anything that looks back.",
      "Kneel. A pool the size of a washbasin needs ten minutes before it forgets you. First the shrimps come out, clear as glass but for their bootlace stripes. Then a hermit crab, house-hunting. If you are lucky a cushion star, which moves only when you look away.",
      "Turn stones back the way you found them. Take a photograph, take a cold nose home, and leave the rest for the next tide, which has been doing this for longer than any of us.",
    ],
  },
];
