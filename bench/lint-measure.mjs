// Long documents as people write them: prose, definitions, derivations of several kinds, each section with letters and numbers of its own.
// Not here: measuring.
// Invariant: the same arguments give the same text; everything it claims is true.

const words =
  'the gradient flows back through every layer and each weight collects what its inputs carried while the loss falls step by step until nothing is left to learn from these examples'.split(
    ' ',
  );
const prose = (n) =>
  Array.from(
    { length: 2 + (n % 3) },
    (_, l) =>
      `${Array.from({ length: 11 }, (_, w) => words[(n * 7 + l * 13 + w * (1 + (n % 5))) % words.length]).join(' ')}.`,
  ).join('\n');

const inputs = ['z', 'o', 'a', 's', 'u', 'v', 'h', 'x'];
const outputs = ['p', 'q', 'r', 'g', 'f', 'w', 'c', 'b'];
const pick = (all, n) => all[n % all.length];

const sections = [
  (z, p) => [
    `Softmax of $${z}$ is`,
    `$$${p}_j = \\frac{e^{${z}_j}}{\\sum_k e^{${z}_k}}.$$`,
    'Its derivative on the diagonal and off it is',
    `$$\\frac{\\partial ${p}_j}{\\partial ${z}_i} = ${p}_j (\\delta_{ij} - ${p}_i).$$`,
    `With the loss $L = -\\sum_j y_j \\log ${p}_j$ and $\\sum_j y_j = 1$,`,
    `$$\\begin{aligned}\n\\frac{\\partial L}{\\partial ${z}_i} &= -\\sum_j \\frac{y_j}{${p}_j} \\frac{\\partial ${p}_j}{\\partial ${z}_i} \\\\\n&= -\\sum_j y_j (\\delta_{ij} - ${p}_i) \\\\\n&= ${p}_i - y_i.\n\\end{aligned}$$`,
  ],
  (z, p, n) => [
    `The function $${p}(t) = t^{${2 + (n % 6)}} e^{${1 + (n % 4)} t}$ has the derivative`,
    `$$\\frac{d ${p}(t)}{dt} = ${2 + (n % 6)} t^{${1 + (n % 6)}} e^{${1 + (n % 4)} t} + ${1 + (n % 4)} t^{${2 + (n % 6)}} e^{${1 + (n % 4)} t}.$$`,
  ],
  (z, p) => [
    `The unit computes $${p} = \\sigma(${z})$ with $\\sigma(t) = \\frac{1}{1 + e^{-t}}$, and`,
    `$$\\sigma'(t) = \\frac{e^{-t}}{(1 + e^{-t})^2} = \\sigma(t) (1 - \\sigma(t)).$$`,
    `For $J = -y \\log ${p} - (1 - y) \\log(1 - ${p})$ therefore`,
    `$$\\frac{\\partial J}{\\partial ${z}} = \\left( \\frac{1 - y}{1 - ${p}} - \\frac{y}{${p}} \\right) ${p} (1 - ${p}) = ${p} - y.$$`,
  ],
  (z, p, n) => [
    `The squared error of the layer $${p}_i = \\sum_j W_{ij} ${z}_j + d_i$ is`,
    `$$E = \\frac{${1 + (n % 3)}}{2} \\sum_i (${p}_i - t_i)^2.$$`,
    'The chain rule gives',
    `$$\\frac{\\partial E}{\\partial W_{ij}} = \\frac{\\partial E}{\\partial ${p}_i} \\frac{\\partial ${p}_i}{\\partial W_{ij}} = ${1 + (n % 3)} (${p}_i - t_i) ${z}_j$$`,
    'and for what comes in',
    `$$\\frac{\\partial E}{\\partial ${z}_j} = \\sum_i ${1 + (n % 3)} (${p}_i - t_i) W_{ij}.$$`,
  ],
  (z) => [
    `Normalising $${z}$ to mean zero, with $\\mu = \\frac{1}{n} \\sum_k ${z}_k$, is`,
    `$$m_j = ${z}_j - \\mu,$$`,
    'so that',
    `$$\\frac{\\partial m_j}{\\partial ${z}_i} = \\delta_{ij} - \\frac{1}{n}.$$`,
  ],
];

/** A document of about so many lines. */
export function longDocument(lines) {
  const out = ['# Notes', ''];
  for (let n = 0; out.length < lines; n++) {
    out.push(`## Part ${n + 1}`, '', ...prose(n).split('\n'), '');
    const z = pick(inputs, n);
    for (const part of sections[n % sections.length](z, pick(outputs, n + Math.floor(n / 8)), n))
      out.push(...part.split('\n'), '', ...(n % 2 === 0 ? [...prose(n + out.length).split('\n'), ''] : []));
  }
  return out.slice(0, lines).join('\n');
}
