// Every page of the board starts here.
import { startAnswers } from "./answers.js";
import { startClock } from "./clock.js";
import { startForms } from "./forms.js";
import { startLive } from "./live.js";
import { startPush } from "./push.js";
import { startSwap } from "./swap.js";
import { startWatch } from "./watch.js";

// Before the clock writes into what the server sent.
startSwap();
startClock();
startWatch();
startAnswers();
startForms();
startLive();
startPush();
