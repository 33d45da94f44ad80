import { listen } from './dom.js';
import { panels } from './rows.js';

listen('/inbox/events', panels({ hasButtons: false }));
