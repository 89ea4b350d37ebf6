// The page of the queue. Each module does one thing; they meet in the list of queue_list.js and its events:
// «chosen» {row}, «drawn» {row}, «told» (the feed's answer), «thinned» {id}, «ask» {row, theme}.

import "./live.js";
import "./queue_text.js";
import "./keys.js";
import "./queue_guess.js";
import "./queue_pick.js";
import "./queue_urgent.js";
