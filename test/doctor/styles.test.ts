// Programs in many styles, right and with known slips: no right one is called wrong, slips are named.
// Not here: the styles themselves (`styles/`).
// Invariant: what is not named yet stands in OPEN by style and slip; a style that is added is tested without an edit here.
import { describe, expect, test, vi } from 'vitest';
import { doctor, type Diagnosis } from '../../src/doctor/door.ts';
import { file, noNumpy, noPython, noTorch } from './run/place.ts';
import { javascript } from './styles/javascript.ts';
import { more } from './styles/more.ts';
import { numpyLayers } from './styles/numpy-layers.ts';
import { numpySoftmax } from './styles/numpy-softmax.ts';
import { otherPython } from './styles/other.ts';
import { strangers } from './styles/strangers.ts';
import { strangersNumpy } from './styles/strangers-numpy.ts';
import { casesOf, type Case, type Style } from './styles/style.ts';
import { OPEN } from './styles/open.ts';

vi.setConfig({ testTimeout: 120_000 });
