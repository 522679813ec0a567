// Every behaviour of the frame. Each module binds itself to a data attribute and improves a page that works without it.
import { announceMessages } from "./live.js";
import { bindFocus } from "./focus.js";
import { bindMenus } from "./menu.js";
import { bindMoments } from "./moment.js";
import { bindShortcuts } from "./shortcuts.js";
import { bindSubmitOnce } from "./submit-once.js";

bindShortcuts();
bindSubmitOnce();
bindMenus();
bindMoments();
bindFocus();
announceMessages();
