// Words of the field and of the language: runs of letters that are one name although nothing defines them, and words
// that are none.
// Not here: functions (`term/functions.ts`), and how a run is judged (`meaning/typed/runs.ts`).
// Invariant: a word is listed because people use it as a quantity, never because one text needs it.
import { functionSpellings } from '../term/functions.ts';

const quantities = `
  acc accuracy action actions adv advantage amount amp amplitude angle area arg average avg
  balance base baseline batch belief bias biases bits bonus bound budget
  cap capacity capital center centre channel charge class classes clip coef coeff coefficient cond conf confidence const constant
  context cost costs count cov cross current
  damp damping data day days decay degree delay demand density depth depths diff difference dim dims discount dist distance drag drop dropout
  edge elastic emb embedding energy entropy eps epsilon error err errors event evidence expected
  factor fan feature features field final fit fitness flow flux focal force freq frequency
  gain gap gate gauge grad gradient gravity growth
  half head heads height hid hidden hinge hits horizon
  image impulse income index inner input inputs inertia intercept interest item items
  kernel key keys kin kinetic
  label labels lag lam lambda latent layer layers len length level lift lik likelihood line linear load log_prob logit logits loss losses low lower
  margin mask mass max mean median memory min mini mix mod mode model momentum money mse mult
  net neg net_input new next noise norm node nodes num number
  obj objective obs odds off offset old orig other out outer output outputs
  pad pair part path patience penalty period phase pixel policy pool pop population pos position post posterior pot potential power pred prediction pressure prev price prior prob probs profit
  quality quant quantity query
  radius rank rate rates ratio raw recon ref reg regret rel res reserve resid residual residuals response rest return returns reward rewards rho risk root rot row run
  salary sale sales sample samples scale score scores sd self sens shape share shift side sig signal size skip slope slack smooth soft source space speed spread spring start state std step steps stock strength stress style sum supply
  target targets task temp temperature tension term test thresh threshold time times tol total train transition true
  unit units update upper user util utility
  val value values var variance vector vel velocity view vol volume voltage
  wage wave weight weights width wind work
  year years yield
  lr wd fc ce kl nn bet alp del gam sig ell
`;

/** Names that people write for quantities. */
export const fieldWords: ReadonlySet<string> = new Set(quantities.trim().split(/\s+/));

/** Losses, distances and other names in capitals. */
export const capitalWords: ReadonlySet<string> = new Set([
  'CE',
  'BCE',
  'MSE',
  'MAE',
  'RMSE',
  'KL',
  'FL',
  'JS',
  'JSD',
  'NLL',
  'LL',
  'ELBO',
  'GAN',
  'IoU',
  'AUC',
  'SSE',
  'RSS',
  'TV',
  'SNR',
  'LR',
  'MLE',
  'MAP',
  'DCG',
  'SS',
  'RMS',
  'OT',
]);

const accents = /^[A-Za-z](?:hat|bar|tilde|dot|star|prime|new|old|true|pred|max|min|ref|avg)$/;
const greek =
  /^(?:var)?(?:alpha|beta|gamma|delta|epsilon|zeta|eta|theta|iota|kappa|lambda|mu|nu|xi|pi|rho|sigma|tau|upsilon|phi|chi|psi|omega|infinity)$/i;

/** Whether a run of letters is a word: of the field, a Greek letter's name, a letter with its accent (`xhat`). */
export const isWord = (run: string): boolean =>
  fieldWords.has(run) ||
  (fieldWords.has(run.toLowerCase()) && /^[A-Z][a-z]{2,}$/.test(run)) ||
  capitalWords.has(run) ||
  accents.test(run) ||
  greek.test(run);

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** Words that people type as letters in LaTeX although they mean one name. */
export const typedWords: ReadonlySet<string> = new Set([
  ...functionSpellings().filter((f) => f.length > 1 && !f.includes('_')),
  ...words('otherwise else loss Loss when for and or'),
]);

/** Words that are no quantity when they are set upright. */
export const remarkWords = words(`
  elementwise componentwise pointwise where since because hence thus then therefore with so constant is as by
  the and let assume given that note now we from to of in on at are be using also here again finally
`);
