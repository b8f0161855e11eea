import { install } from 'background-fetch-polyfill/ponyfill';
import './page.js';

install({ force: true });
