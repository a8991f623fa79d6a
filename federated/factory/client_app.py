"""The ClientApp for stock SuperNodes: the light node's answers; the node config names the factory's folder (`home`)."""

from pathlib import Path

from flwr.app import Context, Message
from flwr.clientapp import ClientApp

app = ClientApp()


@app.query()
@app.train()
@app.evaluate()
def answer(message: Message, context: Context) -> Message:
    from .answering import Factory
    from .home import Home

    factory = Factory(Home(Path(str(context.node_config["home"]))))
    return Message(factory.handle(message), reply_to=message)
