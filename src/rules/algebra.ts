// Algebra of powers, exponentials and logarithms.
// Not here: collecting, expanding and cancelling in general, which are justified by equal normal forms.
// Invariant: data only; a rule that needs a sign says so in `where`.
import { positive, type Rule } from './rule.ts';

export const algebra: readonly Rule[] = [
  { name: 'distribute', title: 'multiply out', from: 'f*(g + h)', to: 'f*g + f*h', kind: 'exact', say: 'A factor of a sum multiplies every term.', example: 'x*(y + 1)' },
  { name: 'factor', title: 'take out a common factor', from: 'f*g + f*h', to: 'f*(g + h)', kind: 'exact', say: 'A factor that all terms share stands in front.', example: 'x*y + x*z' },
  { name: 'power-of-power', title: 'power of a power', from: '(f^g)^h', to: 'f^(g*h)', where: [positive('f')], kind: 'minor', say: 'Exponents multiply.', example: '(exp(x)^y)^z' },
  { name: 'join-powers', title: 'join powers', from: 'f^g*f^h', to: 'f^(g + h)', where: [positive('f')], kind: 'minor', say: 'Exponents of one base add.', example: 'exp(x)^y*exp(x)^z' },
  { name: 'exp-of-sum', title: 'exp of a sum', from: 'exp(f + g)', to: 'exp(f)*exp(g)', kind: 'exact', say: 'exp turns sums into products.', example: 'exp(x + y)' },
  { name: 'exp-of-log', title: 'exp undoes ln', from: 'exp(log(f))', to: 'f', where: [positive('f')], kind: 'exact', say: 'exp and ln are inverse to each other.', example: 'exp(log(1 + exp(x)))' },
  { name: 'log-of-exp', title: 'ln undoes exp', from: 'log(exp(f))', to: 'f', kind: 'exact', say: 'ln and exp are inverse to each other.', example: 'log(exp(z))' },
  { name: 'log-of-product', title: 'ln of a product', from: 'log(f*g)', to: 'log(f) + log(g)', where: [positive('f')], kind: 'exact', say: 'ln turns a product with a positive factor into a sum.', example: 'log(exp(x)*(1 + exp(y)))' },
  { name: 'log-of-quotient', title: 'ln of a quotient', from: 'log(f/g)', to: 'log(f) - log(g)', where: [positive('f')], kind: 'exact', say: 'ln turns the quotient of a positive term into a difference.', example: 'log(exp(x)/(1 + exp(x)))' },
  { name: 'log-of-power', title: 'ln of a power', from: 'log(f^g)', to: 'g*log(f)', where: [positive('f')], kind: 'exact', say: 'The exponent comes in front of the logarithm.', example: 'log(exp(x)^y)' },
];
