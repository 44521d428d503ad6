// How a sentence says that a name is a gradient: "$G_X$ is the gradient of the loss with respect to a matrix $X$".
// Not here: what follows for other names (`gradient-names.ts`), for this one (`prose.ts`).
// Invariant: groups 1, 2 and 3 are the name, the loss (if it has a letter), and what the gradient is taken by.
const gradient = '(?:partial )?(?:gradient|derivative)s?';
const ofLoss = '(?:\\s+of\\s+(?:the |our |a |some )?(?:[a-z]+ ){0,3}(?:⟪(\\d+)⟫)?\\s*)?';
const respect = '\\s*(?:with respect to|w\\.?\\s?r\\.?\\s?t\\.?|by|for|at)\\s+';
const thing = '(?:(?:an?|the|any|each|some)\\s+)?(?:[a-z]+ )?⟪(\\d+)⟫';
/** "$G_X$ is the gradient (of the loss $L$) with respect to a matrix $X$". */
export const gradientInWords = new RegExp(
  `⟪(\\d+)⟫\\s+(?:for|is|be|denotes?|as|means|stands for|to be|to denote)\\s+(?:the |a )?${gradient}${ofLoss}${respect}${thing}`,
  'gi',
);
