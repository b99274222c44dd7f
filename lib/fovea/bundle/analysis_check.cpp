// SPDX-License-Identifier: MIT
#include "fovea/bundle/analysis_check.h"

#include "fovea/core/errors.h"

namespace fovea {

namespace {

/** \brief Options in the words of who set them */
class OptionWords
{
public:
    explicit OptionWords(OptionsOf of) : command_(of == OptionsOf::Command) {}

    std::string subject(const std::string &option, const std::string &value) const
    {
        if (!command_)
            return "property " + property(option);
        return value.empty() ? option : option + " '" + value + "'";
    }

    std::string with(const std::string &option, const std::string &value) const
    {
        return command_ ? "--" + option + " " + value : property(option) + "=" + value;
    }

    std::string set(const std::string &option, const std::string &value) const
    {
        return (command_ ? "; add " : "; set ") + with(option, value);
    }

    std::string or_leave(const std::string &option) const
    {
        return command_ ? ", or leave --" + option + " out"
                        : ", or leave " + property(option) + " to the card";
    }

    std::string answer_needed() const
    {
        return command_ ? "expected a list that says what each video shows, got none; use eval or "
                          "extract with --list and --many-labels"
                        : "expected to be told what the video shows, got nothing; set focus-truth";
    }

private:
    static std::string property(const std::string &option)
    {
        const bool of_focus = option == "fusion" || option == "entropy" || option == "attribution";
        return of_focus ? "focus-" + option : option;
    }

    bool command_;
};

[[noreturn]] void refuse(const std::string &text)
{
    throw Error(Error::Kind::Settings, text);
}

/** \brief Parts of a look without a look that has them */
void check_look(const AnalysisOptions &options, const SecondLook &look, const std::string &got,
                const OptionWords &words)
{
    const SecondLook &asked = options.look;
    if (asked.fusion != Fusion::Card && !look.is_taken())
        refuse(words.subject("fusion", name_of(fusions, asked.fusion)) +
               ": expected a focus, got " + got + words.set("focus", "saliency") +
               words.or_leave("fusion"));
    const bool of_entropy = asked.entropy != Entropy::Card;
    if ((of_entropy || asked.attribution != Attribution::Card) && !is_by_saliency(look.focus)) {
        const std::string name = of_entropy ? "entropy" : "attribution";
        const std::string value = of_entropy ? name_of(entropies, asked.entropy)
                                             : name_of(attributions, asked.attribution);
        refuse(words.subject(name, value) + ": expected the focus saliency or upscaled, got " +
               got + words.set("focus", "saliency") + words.or_leave(name));
    }
}

/** \brief Where the training's loss looks needs the answer, in the form that it has */
void check_truth(const AnalysisOptions &options, const Bundle &model, const OptionWords &words)
{
    const std::string start = words.subject("entropy", name_of(entropies, Entropy::Truth)) + ": ";
    if (!model.activity().decision.many_labels)
        refuse(start + "expected a model of many labels, got '" + model.name() +
               "', which gives one label a video" + words.or_leave("entropy"));
    if (!options.has_truth)
        refuse(start + words.answer_needed());
}

void check_timesteps(const AnalysisOptions &options, const Bundle &model, const OptionWords &words)
{
    const bool of_card = options.sampling == Sampling::Card;
    const Sampling plan = of_card ? model.activity().sampling.plan : options.sampling;
    if (options.timesteps > 0 && (plan == Sampling::Every || !has_timesteps(plan)))
        refuse(words.subject("timesteps", std::to_string(options.timesteps)) +
               ": expected a plan of so many, got '" + name_of(samplings, plan) + "'" +
               (of_card ? " by the card of '" + model.name() + "'" : "") +
               ", which has as many as a video is long" + words.set("sampling", "uniform") +
               words.or_leave("timesteps"));
}

void check_focus(const AnalysisOptions &options, const Bundle &model, const std::string &got,
                 const OptionWords &words, const SecondLook &look)
{
    const ActivityCard &card = model.activity();
    if (!options.attended.empty())
        refuse(words.subject("attended", options.attended) + ": expected no focus, got " + got +
               words.set("focus", "none") + words.or_leave("attended"));
    if (!card.attended.name.empty())
        refuse("model '" + model.name() + "' attends to '" + card.attended.name +
               "': expected no focus, got " + got + words.set("focus", "none"));
    if (options.gate > 0)
        refuse(words.subject("gate", "") + ": the focus is looked at in every timestep" +
               words.set("gate", "0") + ", or " + words.with("focus", "none"));
    if (look.is_late() && card.fuses_two_networks() && options.precision == "int8")
        refuse("precision 'int8': model '" + model.name() +
               "' fuses two networks, and a calibration is of one; use auto, fp32 or bf16");
}

void check_stream(const AnalysisOptions &options, const Bundle &model, const SecondLook &look,
                  const OptionWords &words)
{
    const std::string one_at_a_time = words.with("mode", "one-at-a-time");
    if (options.gate > 0)
        refuse(words.subject("gate", "") + ": a stream cannot leave out timesteps of a region" +
               words.set("gate", "0") + ", or " + one_at_a_time);
    if (look.is_taken())
        refuse(words.subject("focus", "") +
               ": with mode=streaming or one-shot a stream has no whole clip to look at twice" +
               words.set("focus", "none") + ", or " + one_at_a_time);
    if (const std::string attended = model.attended_by(options.attended).name; !attended.empty())
        refuse(words.subject("mode", "") + ": a stream is of one network alone, its rows hold '" +
               attended + "' too" + words.set("mode", "one-at-a-time"));
}

} // namespace

SecondLook check(const AnalysisOptions &options, const Bundle &model, OptionsOf of)
{
    const OptionWords words(of);
    const SecondLook look = settled(options.look, model.activity().focus);
    const std::string got =
        std::string("'") + name_of(focuses, look.focus) + "'" +
        (options.look.focus == Focus::Card ? " by the card of '" + model.name() + "'" : "");
    check_look(options, look, got, words);
    check_timesteps(options, model, words);
    if (options.look.entropy == Entropy::Truth)
        check_truth(options, model, words);
    if (look.is_taken())
        check_focus(options, model, got, words, look);
    if (options.gate > 0 && !options.attended.empty())
        refuse(words.subject("attended", options.attended) +
               ": the gate asks the card's head, which knows its own networks only" +
               words.set("gate", "0") + words.or_leave("attended"));
    if (options.streams)
        check_stream(options, model, look, words);
    return look;
}

} // namespace fovea
