/** What the page draws, whole, as JSON: the page keeps no state of the conversation itself. */
export interface View {
  clock: ClockView;
  panes: PaneView[];
}

export interface ClockView {
  /** Milliseconds since 1970. */
  now: number;
  /** The zone in which the page shows times. */
  zone: string;
  /** Goes on by itself. */
  ticking: boolean;
  /** The buttons that move it; none when the clock is not the page's to move. */
  moves: Array<{ id: string; label: string }>;
}

export type PaneId = "messenger" | "telegram" | "team" | "staff";

/** One of the four columns: a list of people who can be played there, each with a chat. */
export interface PaneView {
  id: PaneId;
  look: "messenger" | "telegram";
  /** What the column is for. */
  title: string;
  people: Array<{ id: string; name: string; role: string }>;
  /** Who can be added, as buttons. */
  additions: Array<{ role: string; label: string }>;
  /** One a person, in the order of `people`. */
  chats: ChatView[];
}

export interface ChatView {
  /** The person who holds this phone. */
  person: string;
  /** Whom the phone shows at the top. */
  partner: string;
  partnerNote: string;
  messages: MessageView[];
  typing: boolean;
  /** Shown in an empty chat. */
  greeting: string;
  /** How this person can write now: not before they have started, not while they block. */
  state: "open" | "not_started" | "blocked";
  startLabel: string;
  canBlock: boolean;
  /** What this person can send besides words. */
  attachments: string[];
  quickReplies: string[];
  /** The persistent menu on Messenger, the command menu on Telegram. */
  menu: Array<{ label: string; note: string; value: string }>;
  /** What the bot answered to the latest presses. */
  notes: Array<{ id: string; text: string; alert: boolean }>;
}

export interface MessageView {
  id: string;
  side: "mine" | "theirs" | "notice";
  author: string;
  /** Differs from the partner's name: shown above the words. */
  showsAuthor: boolean;
  text: string;
  /** Parts of the text that can be tapped. */
  links: Array<{ offset: number; length: number; url: string }>;
  attachment: string | null;
  /** What is attached, where it is a file that the page can show. */
  file: { url: string; type: string; name: string } | null;
  /** Signs that were put on it. */
  reactions: string[];
  replyTo: { author: string; text: string } | null;
  /** Rows of buttons. */
  buttons: ButtonView[][];
  day: string;
  time: string;
  edited: boolean;
  /** Sent, delivered, seen; null on what others wrote. */
  ticks: "sent" | "delivered" | "seen" | null;
  protected: boolean;
  canEdit: boolean;
}

export interface ButtonView {
  label: string;
  /** The place among all buttons of the message. */
  place: number;
  url: string | null;
  /** Pressed, and the bot has not answered. */
  waiting: boolean;
}
