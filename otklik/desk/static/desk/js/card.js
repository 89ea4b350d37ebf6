// The page of one incident. Each module does one thing; what was typed is never lost.

import "./load.js";
import "./card_forms.js";
import "./card_editor.js";
import "./card_templates.js";
import "./card_flaws.js";
import "./card_pick.js";
import "./card_keys.js";
import "./card_note.js";
import "./card_live.js";
import "./card_colleagues.js";
import "./card_photos.js";
import "./card_acts.js";
import "./card_quote.js";
import "./card_typed.js";
import "./card_explain.js";
