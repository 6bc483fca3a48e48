# The names of transformers that are used here, each from the module that defines it: the types are
# those of transformers. Its own __init__ takes in every model that it knows, which costs pyright a
# third of its time and 1.4 GB. A name that is used and not listed is an error of pyright: list it.

from transformers.cache_utils import Cache as Cache
from transformers.cache_utils import DynamicCache as DynamicCache
from transformers.cache_utils import EncoderDecoderCache as EncoderDecoderCache
from transformers.generation.configuration_utils import GenerationConfig as GenerationConfig
from transformers.modeling_utils import PreTrainedModel as PreTrainedModel
from transformers.models.auto.modeling_auto import AutoModel as AutoModel
from transformers.models.auto.modeling_auto import AutoModelForCausalLM as AutoModelForCausalLM
from transformers.models.auto.tokenization_auto import AutoTokenizer as AutoTokenizer
from transformers.models.bit.image_processing_pil_bit import (
    BitImageProcessorPil as BitImageProcessorPil,
)
from transformers.models.clip.configuration_clip import CLIPConfig as CLIPConfig
from transformers.models.clip.configuration_clip import CLIPTextConfig as CLIPTextConfig
from transformers.models.clip.configuration_clip import CLIPVisionConfig as CLIPVisionConfig
from transformers.models.clip.image_processing_pil_clip import (
    CLIPImageProcessorPil as CLIPImageProcessorPil,
)
from transformers.models.clip.modeling_clip import CLIPModel as CLIPModel
from transformers.models.clip.modeling_clip import CLIPTextModel as CLIPTextModel
from transformers.models.clip.modeling_clip import CLIPVisionModel as CLIPVisionModel
from transformers.models.clip.tokenization_clip import CLIPTokenizer as CLIPTokenizer
from transformers.models.dinov2.configuration_dinov2 import Dinov2Config as Dinov2Config
from transformers.models.dinov2.modeling_dinov2 import Dinov2Model as Dinov2Model
from transformers.models.idefics3.configuration_idefics3 import Idefics3Config as Idefics3Config
from transformers.models.idefics3.modeling_idefics3 import (
    Idefics3ForConditionalGeneration as Idefics3ForConditionalGeneration,
)
from transformers.models.idefics3.processing_idefics3 import (
    Idefics3Processor as Idefics3Processor,
)
from transformers.models.llama.configuration_llama import LlamaConfig as LlamaConfig
from transformers.models.llama.modeling_llama import LlamaModel as LlamaModel
from transformers.models.llava.configuration_llava import LlavaConfig as LlavaConfig
from transformers.models.llava.modeling_llava import (
    LlavaForConditionalGeneration as LlavaForConditionalGeneration,
)
from transformers.models.mistral.configuration_mistral import MistralConfig as MistralConfig
from transformers.models.mistral.modeling_mistral import MistralForCausalLM as MistralForCausalLM
from transformers.models.t5.configuration_t5 import T5Config as T5Config
from transformers.models.t5.modeling_t5 import T5EncoderModel as T5EncoderModel
from transformers.models.t5.tokenization_t5 import T5Tokenizer as T5Tokenizer
from transformers.models.umt5.configuration_umt5 import UMT5Config as UMT5Config
from transformers.models.umt5.modeling_umt5 import UMT5EncoderModel as UMT5EncoderModel
from transformers.processing_utils import ProcessorMixin as ProcessorMixin
from transformers.tokenization_utils_base import PreTrainedTokenizerBase as PreTrainedTokenizerBase
from transformers.tokenization_utils_tokenizers import (
    PreTrainedTokenizerFast as PreTrainedTokenizerFast,
)
from transformers.trainer import Trainer as Trainer
from transformers.trainer_callback import PrinterCallback as PrinterCallback
from transformers.trainer_callback import TrainerCallback as TrainerCallback
from transformers.trainer_callback import TrainerControl as TrainerControl
from transformers.trainer_callback import TrainerState as TrainerState
from transformers.trainer_utils import set_seed as set_seed
from transformers.training_args import TrainingArguments as TrainingArguments
from transformers.utils.quantization_config import BitsAndBytesConfig as BitsAndBytesConfig
