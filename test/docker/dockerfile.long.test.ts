import { describeImage } from './image-suite.js';

describeImage('with packages fetched and compiled anew', (command) => command);
