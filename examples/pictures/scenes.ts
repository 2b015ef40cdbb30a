/** The pictures as drawings, 1200 by 630. */

const WIDTH = 1_200;
const HEIGHT = 630;

/** Returns the same pseudo-random numbers for every drawing. */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

function scene(sky: readonly [string, string, string], content: string): string {
  const [top, middle, bottom] = sky;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}">
<defs>
<linearGradient id="sky" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="${top}"/><stop offset=".55" stop-color="${middle}"/><stop offset="1" stop-color="${bottom}"/></linearGradient>
<radialGradient id="glow"><stop offset="0" stop-color="#fff3cf"/><stop offset=".25" stop-color="#ffd58a" stop-opacity=".75"/><stop offset="1" stop-color="#ffb45a" stop-opacity="0"/></radialGradient>
<filter id="soft"><feGaussianBlur stdDeviation="6"/></filter>
</defs>
<rect width="${WIDTH}" height="${HEIGHT}" fill="url(#sky)"/>${content}</svg>`;
}

function hills(y: number, rise: number, colour: string, seed: number): string {
  const roll = dice(seed);
  const steps = 8;
  let path = `M0 ${HEIGHT}V${y}`;
  for (let step = 0; step < steps; step += 1) {
    const x = (step * WIDTH) / steps;
    const to = x + WIDTH / steps;
    path += `C${x + 50} ${y - rise * roll()} ${to - 50} ${y - rise * roll()} ${to} ${y - rise * 0.4 * roll()}`;
  }
  return `<path d="${path}V${HEIGHT}Z" fill="${colour}"/>`;
}

function waves(from: number, colour: string, seed: number): string {
  const roll = dice(seed);
  return Array.from({ length: 70 }, () => {
    const y = from + (HEIGHT - from) * roll() ** 1.4;
    const length = 20 + 150 * roll() * ((y - from) / (HEIGHT - from) + 0.2);
    return `<rect x="${Math.round(WIDTH * roll())}" y="${Math.round(y)}" width="${Math.round(length)}" height="${(1 + 3 * ((y - from) / (HEIGHT - from))).toFixed(1)}" rx="2" fill="${colour}" opacity="${(0.15 + 0.5 * roll()).toFixed(2)}"/>`;
  }).join("");
}

function stars(count: number, below: number, seed: number): string {
  const roll = dice(seed);
  return Array.from(
    { length: count },
    () =>
      `<circle cx="${Math.round(WIDTH * roll())}" cy="${Math.round(below * roll())}" r="${(0.6 + 1.6 * roll()).toFixed(1)}" fill="#fff" opacity="${(0.3 + 0.7 * roll()).toFixed(2)}"/>`,
  ).join("");
}

function crowd(y: number, size: number, colour: string, seed: number): string {
  const roll = dice(seed);
  return Array.from({ length: Math.round(WIDTH / (size * 1.15)) + 2 }, (_, index) => {
    const x = index * size * 1.15 + size * 0.4 * roll();
    const top = y + size * 0.7 * roll();
    const arm =
      roll() > 0.72
        ? `<path d="M${x + size * 0.4} ${top + size}l${size * 0.35} ${-size * 1.5}" stroke="${colour}" stroke-width="${size * 0.22}" stroke-linecap="round"/>`
        : "";
    return `<g fill="${colour}"><circle cx="${x}" cy="${top}" r="${size * 0.36}"/><rect x="${x - size * 0.55}" y="${top + size * 0.38}" width="${size * 1.1}" height="${HEIGHT}" rx="${size * 0.5}"/>${arm}</g>`;
  }).join("");
}

function lantern(x: number, y: number, size: number): string {
  return `<circle cx="${x}" cy="${y}" r="${size * 3.2}" fill="url(#glow)" opacity=".55"/><path d="M${x} ${y - size * 4}V${y - size}" stroke="#2a1d2e" stroke-width="2"/><ellipse cx="${x}" cy="${y}" rx="${size * 0.78}" ry="${size}" fill="#ffcf7d"/><ellipse cx="${x}" cy="${y}" rx="${size * 0.36}" ry="${size}" fill="#fff0c4"/><rect x="${x - size * 0.35}" y="${y - size * 1.12}" width="${size * 0.7}" height="${size * 0.18}" rx="3" fill="#5b3040"/><rect x="${x - size * 0.35}" y="${y + size * 0.94}" width="${size * 0.7}" height="${size * 0.18}" rx="3" fill="#5b3040"/>`;
}

function tree(x: number, height: number, colour: string): string {
  return `<path d="M${x} ${HEIGHT}C${x + 12} ${HEIGHT - height * 0.5} ${x - 14} ${HEIGHT - height * 0.7} ${x} ${HEIGHT - height}" stroke="${colour}" stroke-width="16" fill="none"/><path d="M${x - 2} ${HEIGHT - height * 0.75}l-70 -60M${x} ${HEIGHT - height * 0.85}l64 -72M${x - 4} ${HEIGHT - height * 0.6}l86 -40" stroke="${colour}" stroke-width="7"/>`;
}

const table = (wood: string, edge: string) =>
  `<rect y="470" width="${WIDTH}" height="160" fill="${wood}"/><rect y="470" width="${WIDTH}" height="6" fill="${edge}"/>${Array.from({ length: 7 }, (_, line) => `<path d="M0 ${500 + line * 20}C300 ${494 + line * 22} 800 ${508 + line * 20} 1200 ${498 + line * 21}" stroke="${edge}" stroke-width="1.5" fill="none" opacity=".4"/>`).join("")}`;

const ferry = `<g transform="translate(610 318)"><path d="M-230 62h460l-46 58h-372z" fill="#21465b"/><path d="M-230 62h460l-6 10h-448z" fill="#e9e2d0"/><rect x="-150" y="6" width="290" height="56" rx="6" fill="#f4eee0"/><rect x="-110" y="-36" width="180" height="42" rx="6" fill="#fdf8ec"/><rect x="-16" y="-96" width="44" height="62" fill="#d9623f"/><rect x="-16" y="-96" width="44" height="14" fill="#243a4a"/>${Array.from({ length: 8 }, (_, n) => `<rect x="${-134 + n * 34}" y="22" width="20" height="20" rx="4" fill="#f7c873"/>`).join("")}${Array.from({ length: 5 }, (_, n) => `<rect x="${-96 + n * 33}" y="-24" width="20" height="16" rx="3" fill="#88b3c4"/>`).join("")}<path d="M6 -100c20 -44 70 -30 100 -64" stroke="#f6efe4" stroke-width="20" opacity=".35" fill="none" stroke-linecap="round" filter="url(#soft)"/></g>`;

const rocks = `<g><path d="M0 630V420c60-50 150-30 190 30 40 52 120 40 150 90l30 90z" fill="#2f2b3d"/><path d="M1200 630V380c-90-40-190 0-220 70-26 60-110 60-140 110l-40 70z" fill="#262333"/><ellipse cx="560" cy="560" rx="210" ry="44" fill="#7fc0c4"/><ellipse cx="560" cy="556" rx="190" ry="36" fill="#3a7f92"/>${[
  [470, 552],
  [545, 572],
  [630, 548],
  [680, 566],
]
  .map(
    ([x, y], index) =>
      `<path d="M${x} ${Number(y) - 16}l5 11 12 1-9 8 3 12-11-6-11 6 3-12-9-8 12-1z" fill="${["#f2a65a", "#e8665a", "#f6d186", "#d9567b"][index]}"/>`,
  )
  .join("")}</g>`;

const stage = `<g opacity=".55">${[
  [160, "#ff6f91"],
  [420, "#ffc75f"],
  [640, "#f9f871"],
  [860, "#8bd3dd"],
  [1080, "#b983ff"],
]
  .map(
    ([x, colour]) =>
      `<path d="M${x} 40l-150 470h300z" fill="${colour}" opacity=".38"/><circle cx="${x}" cy="40" r="14" fill="#fff"/>`,
  )
  .join(
    "",
  )}</g><rect y="430" width="1200" height="30" fill="#1a1030"/><g fill="#140b26"><rect x="330" y="300" width="10" height="132"/><circle cx="370" cy="262" r="26"/><path d="M340 432c0-110 10-150 30-150s34 40 34 150z"/><circle cx="600" cy="244" r="28"/><path d="M566 432c0-124 12-164 34-164s38 40 38 164z"/><path d="M560 330l120 -50" stroke="#140b26" stroke-width="14"/><circle cx="830" cy="262" r="26"/><path d="M798 432c0-110 12-150 32-150s34 40 34 150z"/><ellipse cx="900" cy="396" rx="52" ry="36"/><rect x="120" y="300" width="90" height="132" rx="8"/><rect x="1000" y="300" width="90" height="132" rx="8"/></g>`;

const swimmers = [
  [340, 452],
  [520, 486],
  [705, 446],
  [860, 506],
]
  .map(
    ([x, y]) =>
      `<ellipse cx="${x}" cy="${Number(y) + 16}" rx="46" ry="9" fill="#dff3ff" opacity=".35"/><circle cx="${x}" cy="${y}" r="15" fill="#10192e"/><path d="M${Number(x) - 28} ${Number(y) + 16}q28 -22 56 0z" fill="#10192e"/>`,
  )
  .join("");

const stormLantern = `<g transform="translate(600 0)"><circle cy="330" r="330" fill="url(#glow)" opacity=".8"/><path d="M-70 150a70 70 0 0 1 140 0" fill="none" stroke="#39454d" stroke-width="9"/><rect x="-62" y="146" width="124" height="30" rx="10" fill="#43525b"/><path d="M-50 176h100l16 40h-132z" fill="#55666f"/><rect x="-82" y="212" width="164" height="196" rx="54" fill="#fff4d6" opacity=".55"/><rect x="-82" y="212" width="164" height="196" rx="54" fill="none" stroke="#39454d" stroke-width="7"/><path d="M0 282c30 38 26 84 0 92-26-8-30-54 0-92z" fill="#ffb13d"/><path d="M0 316c14 20 13 46 0 52-13-6-14-32 0-52z" fill="#fff6dc"/><path d="M-104 214v196M104 214v196" stroke="#39454d" stroke-width="8"/><path d="M-88 402h176l14 66h-204z" fill="#43525b"/><rect x="-116" y="462" width="232" height="22" rx="10" fill="#333f46"/></g>`;

const cups = [
  [380, "#c96f4a", "#a8563a"],
  [620, "#e8dcc3", "#cdbf9f"],
  [850, "#4d7c86", "#3a636c"],
]
  .map(
    ([x, colour, shade]) =>
      `<g transform="translate(${x} 0)"><ellipse cy="478" rx="150" ry="20" fill="#000" opacity=".14"/><path d="M84 330c74 -12 74 104 -8 100" fill="none" stroke="${shade}" stroke-width="20"/><path d="M-98 290h196c0 120-18 186-44 186h-108c-26 0-44-66-44-186z" fill="${colour}"/><path d="M-98 290h196c0 30-1 54-4 76-60 22-130 22-188 0-3-22-4-46-4-76z" fill="${shade}" opacity=".45"/><ellipse cy="290" rx="98" ry="22" fill="${shade}"/><ellipse cy="292" rx="84" ry="16" fill="#3b2418"/><path d="M-24 250c-16-30 18-44 0-76M18 246c-16-30 18-44 0-76" fill="none" stroke="#fff" stroke-width="9" opacity=".4" stroke-linecap="round" filter="url(#soft)"/></g>`,
  )
  .join("");

const blanket = `<g transform="translate(600 300)"><ellipse cy="182" rx="330" ry="24" fill="#000" opacity=".16"/>${["#b5533c", "#f0e3c8", "#2f6673", "#f0e3c8", "#d99a3a", "#f0e3c8", "#7a3b4a"].map((colour, row) => `<path d="M-300 ${-150 + row * 46}c180 -22 420 22 600 0v46c-180 22-420 -22-600 0z" fill="${colour}"/>`).join("")}${Array.from({ length: 40 }, (_, n) => `<path d="M${-296 + n * 15.2} ${172 + 8 * Math.sin(n / 6)}l${n % 2 ? 3 : -3} 26" stroke="#efe2c7" stroke-width="3"/>`).join("")}<path d="M-300 -150c180 -22 420 22 600 0" fill="none" stroke="#fff" stroke-width="4" opacity=".4"/></g>`;

export const scenes: Readonly<Record<string, string>> = {
  "blog/pictures/tide-pools.jpg": scene(
    ["#3b3360", "#b4577d", "#f3a87a"],
    `<circle cx="610" cy="330" r="90" fill="#ffe2b0"/><circle cx="610" cy="330" r="260" fill="url(#glow)" opacity=".5"/><rect y="360" width="1200" height="270" fill="#56526f"/>${waves(366, "#f7c9a0", 11)}${rocks}`,
  ),
  "blog/pictures/slow-ferry.jpg": scene(
    ["#8fc3d6", "#cfe3dc", "#f7e3bd"],
    `<circle cx="930" cy="170" r="64" fill="#fff6dd"/>${hills(360, 120, "#8fb0b0", 3)}${hills(390, 60, "#6d9499", 8)}<rect y="400" width="1200" height="230" fill="#4f8b9c"/>${ferry}${waves(420, "#e8f4f0", 21)}`,
  ),
  "events/pictures/fog-horn-concert.jpg": scene(
    ["#1c1038", "#41205f", "#6f2f6d"],
    `${stage}${crowd(500, 46, "#0d0719", 5)}${crowd(560, 64, "#080411", 9)}`,
  ),
  "events/pictures/night-swim.jpg": scene(
    ["#0b1531", "#1d3766", "#47739b"],
    `${stars(150, 300, 4)}<circle cx="860" cy="150" r="70" fill="#fdf6dc"/><circle cx="840" cy="136" r="16" fill="#f0e5c0"/><circle cx="884" cy="170" r="11" fill="#f0e5c0"/><circle cx="872" cy="120" r="7" fill="#f0e5c0"/>${hills(370, 110, "#132443", 6)}<rect y="380" width="1200" height="250" fill="#1b3f66"/><path d="M800 384h120l60 246h-260z" fill="#fdf6dc" opacity=".2"/>${waves(390, "#cfe6f5", 15)}${swimmers}`,
  ),
  "events/pictures/lantern-walk.jpg": scene(
    ["#231a3d", "#4b2f55", "#a3574f"],
    `${stars(60, 240, 2)}${hills(520, 90, "#2c1b33", 12)}${tree(120, 470, "#1b1120")}${tree(430, 400, "#1b1120")}${tree(1040, 500, "#1b1120")}${tree(760, 380, "#1b1120")}${[
      [210, 250, 34],
      [330, 330, 26],
      [520, 240, 40],
      [640, 340, 28],
      [830, 260, 36],
      [930, 350, 24],
      [1110, 280, 32],
    ]
      .map(([x = 0, y = 0, size = 0]) => lantern(x, y, size))
      .join("")}${crowd(540, 40, "#160d1b", 31)}`,
  ),
  "market/pictures/storm-lantern.jpg": scene(
    ["#20333c", "#2c4650", "#3b5a62"],
    `${table("#5a3d2b", "#3f2a1d")}${stormLantern}`,
  ),
  "market/pictures/harbour-cups.jpg": scene(
    ["#f3e8d6", "#ecdcc2", "#dfc7a2"],
    `${table("#b98a5e", "#96693f")}${cups}`,
  ),
  "market/pictures/pier-blanket.jpg": scene(
    ["#dfe7e4", "#cfdcd8", "#b8ccc9"],
    `${table("#8d7a66", "#6f5e4c")}${blanket}`,
  ),
};
