import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import './app/app.css';
import { speak, storedLanguage } from './app/language';
import { Root } from './app/Root';

const locale = await speak(storedLanguage());
const element = document.getElementById('root');
if (!element) throw new Error('index.html has no #root');
createRoot(element).render(
  <StrictMode>
    <Root locale={locale} />
  </StrictMode>,
);
