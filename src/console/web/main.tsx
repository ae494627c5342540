import { render } from 'preact';
import { App } from './app.js';
import './shared/theme.css';
import './shared/pieces.css';

const page = document.getElementById('page');
if (page !== null) render(<App />, page);
