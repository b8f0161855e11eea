// Before all that listen: imports run before the rest of a module does.
import './install.js';
import './worker.js';
import './offline.js';

keepShell(['./', 'main.js']);
