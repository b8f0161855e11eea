import { install } from 'background-fetch-polyfill/ponyfill/service-worker';

install({ force: true });
