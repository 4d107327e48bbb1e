import type { Concern, Happenings } from './concern.ts';

/** Tells each concern in turn what happened. */
export function tellAll(concerns: () => readonly Concern[]): Happenings {
  return {
    received: (...told) => concerns().forEach((concern) => concern.received?.(...told)),
    heard: (...told) => concerns().forEach((concern) => concern.heard?.(...told)),
    unreadable: (...told) => concerns().forEach((concern) => concern.unreadable?.(...told)),
    stranger: (...told) => concerns().forEach((concern) => concern.stranger?.(...told)),
    missingChanged: (...told) => concerns().forEach((concern) => concern.missingChanged?.(...told)),
    moved: (...told) => concerns().forEach((concern) => concern.moved?.(...told)),
    triggered: (...told) => concerns().forEach((concern) => concern.triggered?.(...told)),
    reported: (...told) => concerns().forEach((concern) => concern.reported?.(...told)),
    roundOver: (...told) => concerns().forEach((concern) => concern.roundOver?.(...told)),
    acknowledged: (...told) => concerns().forEach((concern) => concern.acknowledged?.(...told)),
    button: (...told) => concerns().forEach((concern) => concern.button?.(...told)),
    heartbeatAnswered: (...told) => concerns().forEach((concern) => concern.heartbeatAnswered?.(...told)),
    pathChanged: (...told) => concerns().forEach((concern) => concern.pathChanged?.(...told)),
    tagRead: (...told) => concerns().forEach((concern) => concern.tagRead?.(...told)),
    visitChanged: (...told) => concerns().forEach((concern) => concern.visitChanged?.(...told)),
    awayChanged: (...told) => concerns().forEach((concern) => concern.awayChanged?.(...told)),
    savePower: (...told) => concerns().forEach((concern) => concern.savePower?.(...told)),
    journalFailing: (...told) => concerns().forEach((concern) => concern.journalFailing?.(...told)),
    callChanged: (...told) => concerns().forEach((concern) => concern.callChanged?.(...told)),
    timeTold: (...told) => concerns().forEach((concern) => concern.timeTold?.(...told)),
    clockSet: (...told) => concerns().forEach((concern) => concern.clockSet?.(...told)),
  };
}
