import { invocation } from '../invocation.js';
import { loadLibrary } from '../library/library.js';
import { answerWith } from '../pinned.process.js';
import { judgedRoute } from './judged-route.js';
import { NO_GUARD, ROUTES, type Route, type RouteName } from './route.js';

const [, , argument, library] = process.argv;
const name = argument as RouteName | typeof NO_GUARD;
const { guard, target } = await judgedRoute(name, await loadLibrary(library));
const refuses = name !== NO_GUARD && (ROUTES[name] as Route).refuses === true;
const BATCH = 500;

let judged = 0;

async function isAllowed(): Promise<boolean> {
  const token = judged++ % (refuses ? 1000 : 1e12); // an open breaker refuses evidence that has failed; other may probe
  const body = { checkify_token: `56a57761-ff5b-42f0-9c97-${String(token).padStart(12, '0')}` };
  try {
    return (await guard.canActivate(invocation(target, body))) === true;
  } catch {
    return false;
  }
}

/** CPU microseconds for each judgement; a judgement that ends otherwise than expected is an error. */
async function judgeFor(seconds: number): Promise<number> {
  const until = performance.now() + seconds * 1000;
  const before = process.cpuUsage();
  let judgements = 0;
  do {
    for (let one = 0; one < BATCH; one++)
      if ((await isAllowed()) === refuses)
        throw new Error(`${name}: the guard judged otherwise than expected`);
    judgements += BATCH;
  } while (performance.now() < until);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / judgements;
}

answerWith({}, async message => ({ cpuMicros: await judgeFor((message as { seconds: number }).seconds) }));
