import './settings.js';
import 'background-fetch-polyfill';
import './page.js';
