#include "fovea/train/judge.h"

#include "fovea/train/batch_loader.h"

namespace fovea {

std::vector<Judged> judge(Classifier &classifier, const SampleSource &source, std::int64_t epoch,
                          int ahead, const std::function<bool()> &stop)
{
    const at::NoGradGuard no_grad;
    classifier.set_training(false);
    const std::vector<std::size_t> order = source.order(epoch);
    BatchLoader loader(source, /*batch_size=*/1, ahead);
    loader.begin(epoch);

    std::vector<Judged> result;
    while (!stop || !stop()) {
        const auto batch = loader.next();
        if (!batch)
            break;
        const at::Tensor views = batch->inputs[0].squeeze(0);
        const at::Tensor scores =
            classifier.logits(views).softmax(/*dim=*/1).mean(0).cpu().contiguous();
        Judged judged;
        judged.index = order[result.size()];
        judged.target = batch->targets[0].item<std::int64_t>();
        judged.scores.assign(scores.data_ptr<float>(), scores.data_ptr<float>() + scores.numel());
        result.push_back(std::move(judged));
    }
    return result;
}

} // namespace fovea
