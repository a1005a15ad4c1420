import type { CaseMatcherCalibrationElement } from '../element/calibration/index.ts';
import { byId } from './dom.ts';
import { messages, translatePage } from './messages.ts';
import { readPreferences } from './preferences.ts';
import { fetchQueue } from './ticket-api.ts';

const { language, theme } = readPreferences();
const parameters = new URLSearchParams(location.search);
const view = byId<CaseMatcherCalibrationElement>('calibration');

translatePage(language);
document.title = messages[language].calibration;
view.lang = language;
view.setAttribute('theme', theme);
document.documentElement.dataset['theme'] = theme;
for (const name of ['model', 'device']) {
  const value = parameters.get(name);
  if (value !== null) view.setAttribute(name, value);
}
fetchQueue().then(
  ({ tickets }) => {
    view.tickets = tickets;
  },
  // Without tickets the view says that it has none.
  () => {},
);
