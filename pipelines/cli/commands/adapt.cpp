// SPDX-License-Identifier: MIT
#include "commands/adapt.h"

#include "fovea/core/formatted.h"
#include "fovea/store/events/adapted_folder.h"
#include "run_printer.h"

namespace fovea {

int run_adaptation(AdaptationSettings settings)
{
    if (settings.out.empty())
        settings.out = adapted_folder(settings.events, settings.camera);
    RunPrinter printer;
    const AdaptationReport report = adapt(settings, printer);
    printer.note(formatted("learned from %lld alarms called true, %lld called nothing, and %lld "
                           "windows of %.1f hours",
                           static_cast<long long>(report.judged_true),
                           static_cast<long long>(report.judged_nothing),
                           static_cast<long long>(report.quiet_windows), report.hours));
    for (const auto &[label, limits] : report.bundle.activity().decision.alarms)
        printer.note(
            formatted("%s: an alarm from %.3f on", label.c_str(), static_cast<double>(limits.on)));
    printer.note(formatted("false alarms an hour: %.2f before, in this time now %.2f at most",
                           report.false_alarms_before, report.false_alarms_after));
    printer.note(formatted("of %lld events of the training found: %lld before, %lld now",
                           static_cast<long long>(report.anchor_events),
                           static_cast<long long>(report.found_before),
                           static_cast<long long>(report.found_after)));
    return 0;
}

} // namespace fovea
