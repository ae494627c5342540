import { describeImage } from './image-suite.js';
import { withInstalledPackages } from './installed-packages.js';

describeImage('with the packages that are installed here', withInstalledPackages);
