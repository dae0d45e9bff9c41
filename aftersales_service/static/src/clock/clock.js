import {
    Component,
    onMounted,
    onPatched,
    onWillUnmount,
    onWillUpdateProps,
    toRaw,
    useState,
} from "@odoo/owl";

import { browser } from "@web/core/browser/browser";
import { deserializeDateTime, formatDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const MINUTE = 60;
const HOUR = 60 * MINUTE;
// The last minutes are counted by the second.
const SECONDS_BELOW = 2 * MINUTE;
const COLORS = {
    running: "success",
    warning: "warning",
    breached: "danger",
    paused: "secondary",
};

// When a value arrived: its remaining time counts from there, whatever the clocks
// of server and browser say, and however often it is drawn.
const arrivals = new WeakMap();

/**
 * @param {number} seconds of working time, never negative
 * @returns {string} such as “2 h 15 min”
 */
export function formatDuration(seconds) {
    if (seconds < SECONDS_BELOW) {
        return _t("%(seconds)s s", { seconds: Math.floor(seconds) });
    }
    if (seconds < HOUR) {
        return _t("%(minutes)s min", { minutes: Math.floor(seconds / MINUTE) });
    }
    const hours = Math.floor(seconds / HOUR);
    const minutes = Math.floor((seconds % HOUR) / MINUTE);
    if (!minutes || hours >= 100) {
        return _t("%(hours)s h", { hours });
    }
    return _t("%(hours)s h %(minutes)s min", { hours, minutes });
}

/**
 * The most urgent clock of a document with the working time that remains, see
 * `sla_info` of the SLA mixin. It ticks only while working time runs, and reads the
 * time of day at each tick, so that a tab that slept is right when it wakes up.
 */
export class AftersalesClock extends Component {
    static template = "aftersales_service.Clock";
    static props = {
        ...standardFieldProps,
        hidePromise: { type: Boolean, optional: true },
    };

    setup() {
        this.state = useState({ now: Date.now() });
        this.timer = null;
        onMounted(() => this.schedule());
        onPatched(() => this.schedule());
        onWillUpdateProps(() => this.tick());
        onWillUnmount(() => browser.clearTimeout(this.timer));
    }

    get info() {
        const info = toRaw(this.props.record.data[this.props.name]);
        if (!info || !info.state) {
            return null;
        }
        if (!arrivals.has(info)) {
            arrivals.set(info, Date.now());
        }
        return info;
    }

    /** Milliseconds for which the clock has run on since the value arrived. */
    get elapsed() {
        const info = this.info;
        if (!info.ticking) {
            return 0;
        }
        const end = info.ticks_until
            ? deserializeDateTime(info.ticks_until).toMillis()
            : Infinity;
        return Math.max(0, Math.min(this.state.now, end) - arrivals.get(info));
    }

    /** Seconds of working time left, negative when late. */
    get remaining() {
        return Math.ceil(this.info.remaining - this.elapsed / 1000);
    }

    get isTicking() {
        const info = this.info;
        if (!info?.ticking) {
            return false;
        }
        return (
            !info.ticks_until ||
            Date.now() < deserializeDateTime(info.ticks_until).toMillis()
        );
    }

    get isPaused() {
        return this.info.state === "paused";
    }

    get isLate() {
        return !this.isPaused && (this.info.state === "breached" || this.remaining < 0);
    }

    get color() {
        return this.isLate ? COLORS.breached : COLORS[this.info.state] || "secondary";
    }

    get text() {
        if (this.isPaused) {
            return this.info.reason
                ? _t("paused: %(reason)s", { reason: this.info.reason })
                : _t("paused");
        }
        const time = formatDuration(Math.abs(this.remaining));
        return this.isLate
            ? _t("late by %(time)s", { time })
            : _t("%(time)s left", { time });
    }

    get title() {
        const { deadline, kind } = this.info;
        if (!deadline) {
            return kind;
        }
        return _t("%(promise)s: until %(deadline)s", {
            promise: kind,
            deadline: formatDateTime(deserializeDateTime(deadline)),
        });
    }

    tick() {
        this.state.now = Date.now();
        this.schedule();
    }

    /** Wake up when the shown text changes next, or when working time ends. */
    schedule() {
        browser.clearTimeout(this.timer);
        if (!this.isTicking) {
            return;
        }
        const left = Math.abs(this.remaining);
        let seconds = 1;
        if (left >= SECONDS_BELOW + MINUTE) {
            seconds = this.isLate ? MINUTE - (left % MINUTE) : (left % MINUTE) + 1;
        }
        this.timer = browser.setTimeout(() => this.tick(), seconds * 1000);
    }
}

export const aftersalesClock = {
    component: AftersalesClock,
    displayName: _t("Service Clock"),
    supportedTypes: ["json"],
    extractProps: ({ options }) => ({ hidePromise: Boolean(options.hide_promise) }),
};

registry.category("fields").add("aftersales_clock", aftersalesClock);
