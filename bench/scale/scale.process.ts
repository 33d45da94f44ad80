import { answerWith } from '../pinned.process.js';
import { countedTrips } from './round-trips.js';
import { scaleApplication, type ScalePlaces } from './scale.application.js';

const app = await scaleApplication(JSON.parse(process.argv[2] ?? '') as ScalePlaces);
answerWith({ url: await app.getUrl() }, countedTrips);
