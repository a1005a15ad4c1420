import { ensureDependencies, run } from './setup.mjs';

/** `npm start`: from a fresh clone to the demo desk in the browser. */
ensureDependencies();
run('npm', ['run', '--silent', 'build']);
run('npx', ['vite', 'preview', '--port', process.env.PORT ?? '4173']);
